import { expect, it } from "vitest";
import type { Event } from "../domain/event.ts";
import { eventHub } from "./event-hub.ts";

const note = (message: string): Event => ({ type: "note", message });

it("keeps what is said before anybody listens for the first who does, and for nobody else", () => {
  const hub = eventHub();
  const [first, second]: [Event[], Event[]] = [[], []];
  hub.report(note("early"));
  hub.attach((event) => void first.push(event));
  hub.attach((event) => void second.push(event));
  hub.report(note("late"));
  expect(first).toEqual([note("early"), note("late")]);
  expect(second).toEqual([note("late")]);
});

it("goes on when a listener fails, with what was said before as with what is said now", () => {
  const heard: Event[] = [];
  const hub = eventHub();
  hub.report(note("early"));
  hub.attach(() => {
    throw new Error("broken screen");
  });
  hub.attach((event) => void heard.push(event));
  hub.report(note("late"));
  expect(heard).toEqual([note("late")]);
});
