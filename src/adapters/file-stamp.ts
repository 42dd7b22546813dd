/**
 * Whether a file is still the one that was read, by what the file system tells of it, as rsync(1) and git judge. Who sets
 * a file's time back by hand deceives nobody but himself.
 */
interface Told {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

export function stampOf({ dev, ino, size, mtimeMs }: Told): string {
  return `${dev}-${ino}-${size}-${mtimeMs}`;
}
