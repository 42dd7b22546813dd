#!/usr/bin/env node
// What `ggen-release` starts as when npm has installed it; scripts/bundle.ts puts the version in. Plain syntax, so that
// a Node that is too old can still read it and say so. Invariant: it loads nothing before it knows what is asked for.
var node = process.versions.node;
var numbers = node.split(".");
var major = Number(numbers[0]);
if (major < 22 || (major === 22 && Number(numbers[1]) < 18)) {
  process.stderr.write(
    "ggen-release needs Node 22.18 or newer, and this is Node " +
      node +
      "; install a newer one (https://nodejs.org), or the .deb or the single file of ggen-release, which bring their own.\n",
  );
  process.exitCode = 7;
} else if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-v")) {
  process.stdout.write("{version}\n");
} else {
  keepCompiledCode(process.env.HOME);
  void import("./cli.js");
}

/**
 * Lets Node keep the compiled form of these files, some hundred kilobytes, in the caller's cache folder: a command then
 * starts some 15 ms earlier. Not in Node's default place below /tmp, where another user could have put something, and
 * not in a home of somebody else (sudo). NODE_DISABLE_COMPILE_CACHE=1 turns it off, NODE_COMPILE_CACHE moves it.
 */
function keepCompiledCode(home) {
  if (!home || !process.getuid) return;
  try {
    if (process.getBuiltinModule("node:fs").statSync(home).uid !== process.getuid()) return;
    var cache = process.env.XDG_CACHE_HOME || "";
    if (!cache.startsWith("/")) cache = home + "/.cache";
    process.getBuiltinModule("node:module").enableCompileCache(cache + "/ggen-release/compiled");
  } catch {
    // Without it everything works as well, only later.
  }
}
