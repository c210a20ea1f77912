/**
 * Headers of every answer. Each page is allowed its own files and nothing else: no inline script or style, no eval,
 * no frame, no other host.
 */
export function securityHeaders(secureOrigin: boolean): Record<string, string> {
  return {
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
      "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    // Not no-referrer: browsers would then send `Origin: null` with forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ...(secureOrigin ? { "Strict-Transport-Security": "max-age=63072000; includeSubDomains" } : {}),
  };
}
