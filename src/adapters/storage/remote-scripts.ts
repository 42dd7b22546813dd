/**
 * What runs on the other machine of an ssh:// place, in POSIX sh (XCU 2). Words come as positional parameters, paths of
 * files by standard input or in the archive that does: no value is ever part of a script. Invariant: what an archive brings
 * is used only when its last entry, the list, has come whole.
 */
const beginning = `set -eu
LC_ALL=C
export LC_ALL
umask 022
`;

/** SHA-256 of a file, in hexadecimal. */
const digest = `digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum <"$1"
  elif command -v shasum >/dev/null 2>&1; then shasum -a 256 <"$1"
  else openssl dgst -sha256 -r <"$1"
  fi | cut -c 1-64
}
`;

/** Everything that was written reaches the disk. */
const settle = `settle() { sync -f . 2>/dev/null || sync; }
`;

/** Prints size, seconds since 1970 and inode of files. GNU and busybox have one form, BSD and macOS another. */
const stat = `if stat -c %s / >/dev/null 2>&1; then form='-c %s\t%Y\t%i\t%n'; else form='-f %z\t%m\t%i\t%N'; fi
flag=\${form%% *}
form=\${form#* }
`;

/** ROOT PATH: `absent`, or `present` and the file's bytes. */
export const readScript = `${beginning}cd -- "$1" 2>/dev/null && [ -f "./$2" ] || { echo absent; exit 0; }
echo present
exec cat "./$2"
`;

/** ROOT PATH: the file's status, or nothing. */
export const statusScript = `${beginning}${stat}cd -- "$1" 2>/dev/null && [ -f "./$2" ] && [ ! -L "./$2" ] || exit 0
stat "$flag" "$form" "./$2"
`;

/** ROOT FOLDER: the status of every file below, one a line. */
export const listScript = `${beginning}${stat}cd -- "$1" 2>/dev/null && [ -d "./$2" ] || exit 0
find "./$2" -type f ! -name '*.part' -exec stat "$flag" "$form" {} +
`;

/** ROOT, paths on standard input: size, digest and path of those that are there. */
export const digestsScript = `${beginning}${digest}cd -- "$1" 2>/dev/null || exit 0
while IFS= read -r path; do
  [ -f "./$path" ] || continue
  size=$(wc -c <"./$path")
  printf '%s\\t%s\\t%s\\n' "$((size))" "$(digest "./$path")" "$path"
done
`;

/**
 * ROOT, an archive on standard input: files named by numbers, and \`list\`, three lines an action (put, copy or new; the
 * number, or the path to copy; the path) and \`end\`. Prints the paths of \`new\` at which something else lies, when all is
 * on the disk.
 */
export const putScript = `${beginning}${digest}${settle}mkdir -p -- "$1"
cd -- "$1"
find . -maxdepth 1 -name '.ggen-release-stage.*' -mtime +1 -exec rm -rf {} +
stage=$(mktemp -d ./.ggen-release-stage.XXXXXX)
trap 'rm -rf "$stage"' EXIT
trap 'exit 1' HUP INT TERM PIPE
tar -xof - -C "$stage"
[ "$(tail -n 1 "$stage/list")" = end ]
count=0
while IFS= read -r act && [ "$act" != end ]; do
  IFS= read -r what
  IFS= read -r path
  count=$((count + 1))
  case $path in */*) folder=\${path%/*} ;; *) folder=. ;; esac
  mkdir -p "./$folder"
  part=./$folder/.ggen-release.$$.$count.part
  # One that a killed run has left may be another name of a file in use.
  rm -f "$part"
  if [ "$act" = copy ]; then
    ln "./$what" "$part" 2>/dev/null || cp "./$what" "$part"
  else
    mv "$stage/$what" "$part"
    chmod 644 "$part"
  fi
  if [ "$act" != new ]; then
    mv -f "$part" "./$path"
  elif ! ln "$part" "./$path" 2>/dev/null; then
    [ "$(digest "$part")" = "$(digest "./$path")" ] || printf '%s\\n' "$path"
  fi
  rm -f "$part"
done <"$stage/list"
settle
`;

/**
 * ROOT PATH FROM SHA256, the content on standard input: \`won\` where the file had the digest FROM (or was not there:
 * \`none\`) and holds the content now, else \`lost\`. One at a time: by flock, which a connection that dies lets go, or by a
 * folder.
 */
export const swapScript = `${beginning}${digest}${settle}mkdir -p -- "$1"
cd -- "$1"
case $2 in */*) folder=\${2%/*} ;; *) folder=. ;; esac
mkdir -p "./$folder"
part=./$folder/.ggen-release.$$.part
rm -f "$part"
held=
trap 'rm -f "$part"; [ -z "$held" ] || rmdir "$held"' EXIT
trap 'exit 1' HUP INT TERM PIPE
cat >"$part"
[ "$(digest "$part")" = "$4" ]
chmod 644 "$part"
settle
if command -v flock >/dev/null 2>&1; then
  exec 9>>./.ggen-release-swap
  flock 9
else
  tries=0
  until mkdir ./.ggen-release-swap.d 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || exit 40
    sleep 1
  done
  held=./.ggen-release-swap.d
fi
now=none
[ ! -f "./$2" ] || now=$(digest "./$2")
if [ "$now" != "$3" ]; then
  echo lost
  exit 0
fi
mv -f "$part" "./$2"
settle
echo won
`;

/** ROOT, paths on standard input. */
export const removeScript = `${beginning}cd -- "$1" 2>/dev/null || exit 0
while IFS= read -r path; do rm -f "./$path"; done
`;

/** How swapScript ends where the lock was not to be had. */
export const lockNotHad = 40;
