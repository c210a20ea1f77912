import { type QrRun, qrRuns } from "../../platform/qr.ts";

/** Pixels of a module: the whole code stays below 360 pixels, for the smallest phone. */
const moduleSize = 5;

/**
 * A QR code as a picture inside the page: an address of data would need a hole in the Content-Security-Policy.
 * Black on white whatever the colours of the page.
 * @param label what the picture is for, for those who do not see it.
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, runs } = qrRuns(text, "L");
  const side = size * moduleSize;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} width={side} height={side} role="img" aria-label={label}>
      <path fill="#fff" d={`M0 0h${size}v${size}h-${size}z`} />
      <path fill="#000" shape-rendering="crispEdges" d={runs.map(rectangle).join("")} />
    </svg>
  );
}

function rectangle({ x, y, width }: QrRun): string {
  return `M${x} ${y}h${width}v1h-${width}z`;
}
