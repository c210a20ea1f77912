import { type Db, perBase } from "../platform/database.ts";

/**
 * The words of all names, in a few megabytes of plain numbers: looking through 200,000 of them for those that resemble
 * one takes about two milliseconds, and an index of all misspellings would be many times the size of the words.
 * Words are only ever added, so what is new is read each time.
 */
type Vocabulary = {
  /** Looked up by number: the letters of the words one after another, and where each begins. */
  letters: Uint16Array;
  starts: Uint32Array;
  /** Which letters a word holds, one bit each: two words a letter apart differ in few of them. */
  masks: Int32Array;
  count: number;
  lastId: number;
};

export type NameVocabulary = ReturnType<typeof createVocabulary>;

/** The vocabulary of a base; nothing is read before it is asked for. */
export const nameVocabulary = perBase((db) => createVocabulary(db));

const wordsAtOnce = 10_000;

function createVocabulary({ $client }: Db) {
  const next = $client.prepare<[number], { id: number; word: string }>(
    `SELECT word_id AS id, word FROM name_words WHERE word_id > ? ORDER BY word_id LIMIT ${wordsAtOnce}`,
  );
  const own: Vocabulary = {
    letters: new Uint16Array(0),
    starts: new Uint32Array(1),
    masks: new Int32Array(0),
    count: 0,
    lastId: 0,
  };

  /** @returns whether there may be more. */
  function readSome(): boolean {
    const words = next.all(own.lastId);
    for (const { word } of words) addWord(own, word);
    own.lastId = words.at(-1)?.id ?? own.lastId;
    return words.length === wordsAtOnce;
  }

  return {
    /** Reads what was added since the last time; the first time, everything, in steps that let others pass. */
    async refresh(): Promise<void> {
      while (readSome()) await new Promise(setImmediate);
    },
    /** The first words that begin like this, the oldest first: common names come before rare ones. */
    beginningWith: (start: string, most: number): string[] => wordsBeginning(own, start, most),
    /** The words within some typing errors of this one, the nearest first. */
    resembling: (word: string, errors: number, most: number): string[] => wordsResembling(own, word, errors, most),
  };
}

function addWord(own: Vocabulary, word: string): void {
  const start = own.starts[own.count]!;
  const end = start + word.length;
  if (own.letters.length < end) own.letters = grown(own.letters, new Uint16Array(Math.max(2 * end, 1_024)));
  if (own.masks.length <= own.count) {
    const size = Math.max(2 * own.count, 256);
    own.masks = grown(own.masks, new Int32Array(size));
    own.starts = grown(own.starts, new Uint32Array(size + 1));
  }
  for (let at = 0; at < word.length; at++) own.letters[start + at] = word.charCodeAt(at);
  own.masks[own.count] = maskOf(word);
  own.count++;
  own.starts[own.count] = end;
}

function grown<Numbers extends Uint16Array | Uint32Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

const [a, letterCount] = [97, 26];

function maskOf(word: string): number {
  let mask = 0;
  for (let at = 0; at < word.length; at++) {
    const letter = word.charCodeAt(at) - a;
    // What is not one of the 26 letters shares the six bits that are left.
    mask |= 1 << (letter >= 0 && letter < letterCount ? letter : letterCount + (word.charCodeAt(at) % 6));
  }
  return mask;
}

function countBits(mask: number): number {
  let bits = mask - ((mask >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function textOf({ letters, starts }: Vocabulary, index: number): string {
  return String.fromCharCode(...letters.subarray(starts[index], starts[index + 1]));
}

function wordsBeginning(own: Vocabulary, start: string, most: number): string[] {
  const { letters, starts, count } = own;
  const [first, length] = [start.charCodeAt(0), start.length];
  const found: string[] = [];
  for (let index = 0; index < count && found.length < most; index++) {
    const at = starts[index]!;
    if (letters[at] !== first || starts[index + 1]! - at < length) continue;
    let same = 1;
    while (same < length && letters[at + same] === start.charCodeAt(same)) same++;
    if (same === length) found.push(textOf(own, index));
  }
  return found;
}

function wordsResembling(own: Vocabulary, word: string, errors: number, most: number): string[] {
  const { starts, masks, count } = own;
  const mask = maskOf(word);
  const distance = createDistance(word, errors);
  const found: { index: number; distance: number }[] = [];
  for (let index = 0; index < count; index++) {
    const length = starts[index + 1]! - starts[index]!;
    if (Math.abs(length - word.length) > errors) continue;
    const other = masks[index]!;
    if (countBits(mask & ~other) > errors || countBits(other & ~mask) > errors) continue;
    const apart = distance(own.letters, starts[index]!, length);
    if (apart <= errors) found.push({ index, distance: apart });
  }
  found.sort((one, other) => one.distance - other.distance || one.index - other.index);
  return found.slice(0, most).map(({ index }) => textOf(own, index));
}

/**
 * How many typing errors lie between a word and others: a letter wrong, missing or too many, two letters swapped.
 * @returns the number, or more than `errors` when it is more.
 */
function createDistance(word: string, errors: number) {
  const size = word.length + 1;
  let [before, above, row] = [new Uint8Array(size), new Uint8Array(size), new Uint8Array(size)];
  return (letters: Uint16Array, start: number, length: number): number => {
    for (let column = 0; column < size; column++) above[column] = column;
    for (let line = 1; line <= length; line++) {
      const letter = letters[start + line - 1]!;
      row[0] = line;
      let least = line;
      for (let column = 1; column < size; column++) {
        const own = word.charCodeAt(column - 1);
        let cost = Math.min(above[column]!, row[column - 1]!) + 1;
        cost = Math.min(cost, above[column - 1]! + (own === letter ? 0 : 1));
        const isSwap =
          line > 1 && column > 1 && letters[start + line - 2] === own && word.charCodeAt(column - 2) === letter;
        if (isSwap) cost = Math.min(cost, before[column - 2]! + 1);
        row[column] = cost;
        if (cost < least) least = cost;
      }
      // A swap looks two lines back: one more line may still be as near.
      if (least > errors + 1) return least;
      [before, above, row] = [above, row, before];
    }
    return above[word.length]!;
  };
}
