/**
 * Objects of a repository by name, read through one `git cat-file --batch` (git-cat-file(1)): a process costs
 * milliseconds, an object microseconds. Each answer is a header `<id> <type> <size>`, the content, and a line feed.
 * Invariant: answers come in the order of the questions; the process ends when nothing has been asked for a moment.
 */
import type { GitCaller } from "./git-caller.ts";

export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly content: Buffer;
}

export interface GitObjects {
  /** `name` is an object id or a revision (gitrevisions(7)); null where there is no such object. */
  read(name: string): Promise<GitObject | null>;
}

interface Question {
  readonly name: string;
  readonly answer: (object: GitObject | null) => void;
  readonly fail: (error: unknown) => void;
}

interface Session {
  readonly ask: (question: Question) => void;
  isOver: boolean;
}

/** Long enough for what a caller does between two reads, too short to be noticed at the end. */
const idleMilliseconds = 5;

export function gitObjects(git: GitCaller, folder: string): GitObjects {
  let session: Session | undefined;
  return {
    read: (name) =>
      new Promise((answer, fail) => {
        // No name of an object or a tag has these; in the protocol they would end the question.
        if (/[\s\0]/.test(name)) return answer(null);
        if (session === undefined || session.isOver) session = openSession(git, folder);
        session.ask({ name, answer, fail });
      }),
  };
}

function openSession(git: GitCaller, folder: string): Session {
  const asked: Question[] = [];
  let unsent = "";
  let wake: () => void = () => undefined;
  let idle: NodeJS.Timeout | undefined;
  const session: Session = {
    isOver: false,
    ask(question) {
      clearTimeout(idle);
      asked.push(question);
      unsent += `${question.name}\n`;
      wake();
    },
  };
  const end = (): void => {
    session.isOver = true;
    wake();
  };
  async function* questions(): AsyncIterable<Uint8Array> {
    for (;;) {
      if (unsent !== "") {
        const lines = unsent;
        unsent = "";
        yield Buffer.from(lines);
      } else if (session.isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const answerAll = async (): Promise<void> => {
    for await (const object of parseBatch(git.stream(folder, ["cat-file", "--batch"], questions()))) {
      asked.shift()?.answer(object);
      if (asked.length === 0) idle = setTimeout(end, idleMilliseconds);
    }
    throw new Error("git cat-file ended before it had answered");
  };
  answerAll().catch((error: unknown) => {
    session.isOver = true;
    for (const { fail } of asked.splice(0)) fail(error);
  });
  return session;
}

async function* parseBatch(chunks: AsyncIterable<Uint8Array>): AsyncIterable<GitObject | null> {
  let held: Uint8Array[] = [];
  let size = 0;
  /** Bytes that have to be there before the next step can be taken; so a large object is joined once. */
  let wanted = 1;
  for await (const chunk of chunks) {
    held.push(chunk);
    size += chunk.length;
    if (size < wanted) continue;
    let rest = Buffer.concat(held);
    for (;;) {
      const line = rest.indexOf("\n");
      const header = line === -1 ? undefined : parseHeader(rest.toString("latin1", 0, line));
      const end = line + 1 + (header === null ? 0 : (header?.size ?? 0) + 1);
      wanted = header === undefined ? rest.length + 1 : end;
      if (rest.length < wanted) break;
      yield header === undefined || header === null ? null : { ...header, content: rest.subarray(line + 1, end - 1) };
      rest = rest.subarray(end);
    }
    held = [rest];
    size = rest.length;
  }
}

/** null for `<name> missing` and the other lines that stand for no object. */
function parseHeader(line: string): { readonly id: string; readonly type: string; readonly size: number } | null {
  const [, id = "", type = "", size = ""] = /^([0-9a-f]{40,64}) ([a-z]+) ([0-9]+)$/.exec(line) ?? [];
  return id === "" ? null : { id, type, size: Number(size) };
}
