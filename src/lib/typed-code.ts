/**
 * A number or a code as people type or paste it, without the spaces, dots and hyphens of its groups, nor the marks that
 * come with what is copied and show nothing; digits and letters of any width are ASCII ones.
 */
export function compactCode(text: string): string {
  return text.normalize("NFKC").replace(/[\s.\-\u2010-\u2015\p{Cf}]/gu, "");
}
