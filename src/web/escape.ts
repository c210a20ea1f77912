const risky = /[&<>"']/;
const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text made safe for HTML content and quoted attributes. */
export function escapeText(text: string): string {
  return risky.test(text) ? text.replace(/[&<>"']/g, (sign) => entities[sign]!) : text;
}
