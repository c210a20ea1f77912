let segmenter: Intl.Segmenter | undefined;

/** The letters and signs of a text as they are read, each with its accents. What cuts them is made when it is needed. */
export function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter("fr", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
