/** The known word nearest to a mistyped one, or undefined when none is near enough to be meant (optimal string alignment ≤ a third of the longer). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance <= admitted(word, candidate)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** What two words have in common for their kind, as options have their dashes, is no likeness. */
function admitted(word: string, candidate: string): number {
  const bare = (text: string): number => text.replace(/^-+/, "").length;
  return Math.max(1, Math.floor(Math.max(bare(word), bare(candidate)) / 3));
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const insertion = (current[column - 1] ?? 0) + 1;
      const deletion = (previous[column] ?? 0) + 1;
      const isSwap = row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = isSwap ? (before[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(substitution, insertion, deletion, swap));
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
