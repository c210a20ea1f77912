import { encode } from "uqr";

/** Pixels of a module: the whole code stays below 360 pixels, for the smallest phone. */
const moduleSize = 5;

/**
 * A QR code as a picture inside the page: an address of data would need a hole in the Content-Security-Policy.
 * Black on white whatever the colours of the page, with the border of four modules that readers need (ISO 18004).
 * @param label what the picture is for, for those who do not see it.
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "L", border: 4 });
  const side = size * moduleSize;
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} width={side} height={side} role="img" aria-label={label}>
      <path fill="#fff" d={`M0 0h${size}v${size}h-${size}z`} />
      <path fill="#000" shape-rendering="crispEdges" d={data.map(rowPath).join("")} />
    </svg>
  );
}

/** The dark runs of a row, each as one rectangle. */
function rowPath(row: boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const start = x;
    while (row[x + 1]) x++;
    const width = x + 1 - start;
    path += `M${start} ${y}h${width}v1h-${width}z`;
  }
  return path;
}
