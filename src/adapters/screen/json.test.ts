/** What `--json` prints is one object a line, and nothing that a terminal could act on. */
import { expect, it } from "vitest";
import type { Event } from "../../domain/event.ts";
import { jsonScreen } from "./json.ts";

function printed(event: Event): string {
  const lines: string[] = [];
  jsonScreen((line) => lines.push(line))(event);
  expect(lines).toHaveLength(1);
  return lines[0] ?? "";
}

it("prints each event as one line that reads back as the event", () => {
  const event: Event = { type: "result", command: "plan", result: { text: "a\nb", none: null, list: [1, "ü"] } };
  expect(printed(event)).toBe(
    '{"type":"result","command":"plan","result":{"text":"a\\nb","none":null,"list":[1,"ü"]}}',
  );
  expect(JSON.parse(printed(event))).toEqual(event);
});

it("ends with the result or the failure, whatever comes late", () => {
  const lines: string[] = [];
  const listener = jsonScreen((line) => lines.push(line));
  for (const event of [
    { type: "note", message: "a" },
    { type: "result", command: "plan", result: {} },
    { type: "note", message: "late" },
  ] as const)
    listener(event);
  expect(lines.map((line) => (JSON.parse(line) as Event).type)).toEqual(["note", "result"]);
});

it("escapes every control and direction character, and loses none", () => {
  const message = "a\u0007b\u001b[31mc\u007fd\u009be\u202ef\u2028g\ufeffh\u2066i";
  const line = printed({ type: "note", message });
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/);
  expect(JSON.parse(line)).toEqual({ type: "note", message });
});
