const number = /^-?\d+(?:[.,]\d+)?$/;

/**
 * Rows as a spreadsheet reads them: UTF-8 with its mark, `;` between cells, CRLF. A text that a spreadsheet would run
 * as a formula is shown as text; amounts, negative ones too, stay numbers.
 */
export function spreadsheet(rows: string[][]): string {
  return `\ufeff${rows.map((cells) => `${cells.map(cell).join(";")}\r\n`).join("")}`;
}

function cell(text: string): string {
  const safe = /^[=+\-@＝＋－＠\t\r\0]/.test(text) && !number.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
