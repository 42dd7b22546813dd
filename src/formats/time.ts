/** Times as people and logs read them: RFC 3339 in UTC, whole milliseconds. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** How long something took: `340 ms`, `1.2 s`, `3 min 4 s`, `1 h 2 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return milliseconds < 59_950 ? `${(milliseconds / 1000).toFixed(1)} s` : inMinutes(Math.round(milliseconds / 1000));
}

/** How long something has been going on, in whole seconds: what ticks on a screen. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : inMinutes(seconds);
}

function inMinutes(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
