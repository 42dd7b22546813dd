#!/usr/bin/env node
// What `ggen-release` starts as when npm has installed it; scripts/bundle.ts puts version and digest in. Plain syntax, so
// that a Node that is too old can still read it and say so. Invariant: it loads nothing before it knows what is asked for.
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
  start();
}

/**
 * Loads cli.js and what it requires as `require` would, with compiled code that an earlier run of the same command has
 * kept. Node's own compile cache holds a file as it is when it has been loaded, most functions not yet compiled; this
 * one holds what the run has compiled until its end, so that a command starts some 25 ms earlier instead of 10.
 */
function start() {
  var fs = require("node:fs");
  var path = require("node:path");
  var vm = require("node:vm");
  var cache = cacheFolder(fs);
  var modules = new Map();
  /** What was compiled in this run: file of the cache → script. */
  var compiled = new Map();
  load(path.join(__dirname, "cli.js"));
  if (compiled.size > 0) process.on("exit", keepCompiled);

  function load(file) {
    var module = modules.get(file);
    if (module === undefined) {
      module = { exports: {} };
      modules.set(file, module);
      compile(file)(module.exports, requireFrom(path.dirname(file)), module, file);
    }
    return module.exports;
  }

  function requireFrom(folder) {
    return function (name) {
      return name.startsWith(".") ? load(path.join(folder, name)) : require(name);
    };
  }

  function compile(file) {
    var kept = cache && cache + path.basename(file, ".js") + "." + fs.statSync(file).mtimeMs;
    var options = {
      filename: file,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      cachedData: kept && fs.existsSync(kept) ? fs.readFileSync(kept) : undefined,
    };
    // A function of what modules are given, as the bundler left it; all ASCII, which as Latin-1 need not be decoded.
    var script = new vm.Script(fs.readFileSync(file, "latin1"), options);
    if (kept && script.cachedDataRejected !== false) compiled.set(kept, script);
    return script.runInThisContext();
  }

  function keepCompiled(code) {
    if (code !== 0) return;
    try {
      fs.mkdirSync(path.dirname(cache), { recursive: true, mode: 0o700 });
      compiled.forEach(function (script, file) {
        var part = file + "." + process.pid;
        fs.writeFileSync(part, script.createCachedData(), { mode: 0o600, flush: true });
        fs.renameSync(part, file);
      });
    } catch {
      // Without it everything works as well, only later.
    }
  }
}

/**
 * Where this command's compiled code is kept, as the beginning of file names; "" for nowhere. In the caller's cache
 * folder: not below /tmp, where another user could have put something, and not in a home of somebody else (sudo).
 * NODE_DISABLE_COMPILE_CACHE=1 turns it off, NODE_COMPILE_CACHE moves it.
 */
function cacheFolder(fs) {
  var env = process.env;
  if (env.NODE_DISABLE_COMPILE_CACHE || !env.HOME || !process.getuid) return "";
  try {
    if (fs.statSync(env.HOME).uid !== process.getuid()) return "";
  } catch {
    return "";
  }
  var caches = env.XDG_CACHE_HOME || "";
  if (!caches.startsWith("/")) caches = env.HOME + "/.cache";
  var folder = env.NODE_COMPILE_CACHE || caches + "/ggen-release/compiled";
  var command = /^[a-z]+$/.test(process.argv[2]) ? process.argv[2] : "";
  // V8 takes nothing that was compiled under other options.
  var options = encodeURIComponent(process.execArgv.concat(env.NODE_OPTIONS || []).join(" "));
  if (options.length > 100) return "";
  return folder + "/" + process.version + "-" + process.arch + "-{digest}/" + command + options + "-";
}
