/** Generational suffixes: what tells a father from the son who bears his name. */
const SUFFIXES = new Set(['jr', 'sr', 'ii', 'iii', 'iv']);

/** Latin accents and tildes; vowel signs of other scripts are letters and stay. */
const ACCENTS = /[\u0300-\u036f]/g;

/** The words of a name without case, accents, punctuation; "de la Cruz" and "dela Cruz" are one. */
function wordsOf(name: string): string[] {
  const plain = name
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/['’`ʼ]/g, '');
  const words = plain.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words
    .join(' ')
    .replace(/\bde (la|los|las)\b/g, 'de$1')
    .split(' ')
    .filter(word => word !== '');
}

function splitSuffix(words: readonly string[]): { words: string[]; suffix: string | null } {
  return { words: words.filter(w => !SUFFIXES.has(w)), suffix: words.find(w => SUFFIXES.has(w)) ?? null };
}

/** The same words in any order: "Maria Santos" and "SANTOS, María". */
export function isSameName(a: string, b: string): boolean {
  const [wordsOfA, wordsOfB] = [wordsOf(a), wordsOf(b)];
  if (wordsOfA.length === 0 || wordsOfB.length === 0) return false;
  return wordsOfA.join('') === wordsOfB.join('') || wordsOfA.toSorted().join(' ') === wordsOfB.toSorted().join(' ');
}

/** "Juan Cruz Jr." and "Juan Cruz": one of the two has a suffix that the other lacks, or another one. */
export function hasOtherSuffix(a: string, b: string): boolean {
  return splitSuffix(wordsOf(a)).suffix !== splitSuffix(wordsOf(b)).suffix;
}

/**
 * Whether both may be the name of one person: the same words in any order, where one may leave some out and a middle name may be an
 * initial. At least two whole words must be shared, so "M. Santos" agrees with nobody; "Maria T. Santos" agrees with "Maria Santos" and
 * "Maria Tan Santos", not with "Maria Lopez Santos"; "Juan Cruz Jr." not with "Juan Cruz Sr.".
 */
export function namesAgree(a: string, b: string): boolean {
  if (isSameName(a, b)) return true;
  const [ofA, ofB] = [splitSuffix(wordsOf(a)), splitSuffix(wordsOf(b))];
  if (ofA.suffix !== null && ofB.suffix !== null && ofA.suffix !== ofB.suffix) return false;
  const restOfA = without(ofA.words, ofB.words);
  const restOfB = without(ofB.words, ofA.words);
  const shared = without(ofA.words, restOfA).filter(word => !isInitial(word));
  if (shared.length < 2) return false;
  return withoutInitials(restOfA, restOfB).length === 0 || withoutInitials(restOfB, restOfA).length === 0;
}

/** Whether `name` says all that `other` says, or more: replacing `other` by it loses nothing. */
export function isAsFullAs(name: string, other: string): boolean {
  if (isSameName(name, other)) return true;
  const spare = without(wordsOf(name), wordsOf(other));
  return without(wordsOf(other), wordsOf(name)).every(word => isInitial(word) && spare.some(whole => whole.startsWith(word)));
}

/** Whether each word of the query begins a word of the name. */
export function nameMatchesQuery(name: string, query: string): boolean {
  const words = wordsOf(name);
  const asked = wordsOf(query);
  return asked.length > 0 && asked.every(word => words.some(w => w.startsWith(word)));
}

/** What is left of `words` when each of `taken` has taken away one that is equal. */
function without(words: readonly string[], taken: readonly string[]): string[] {
  const left = [...words];
  for (const word of taken) {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** What is left of `words` when initials on either side have met a word that begins with them. */
function withoutInitials(words: readonly string[], others: readonly string[]): string[] {
  const free = [...others];
  return words.filter(word => {
    const at = free.findIndex(other => (isInitial(word) && other.startsWith(word)) || (isInitial(other) && word.startsWith(other)));
    if (at >= 0) free.splice(at, 1);
    return at < 0;
  });
}

function isInitial(word: string): boolean {
  return [...word].length === 1;
}
