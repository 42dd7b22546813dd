/** Events as JSON, one object a line (`--json`). */
import type { Event } from "../../domain/event.ts";

export function jsonScreen(write: (line: string) => void): (event: Event) => void {
  return (event) => write(JSON.stringify(event));
}
