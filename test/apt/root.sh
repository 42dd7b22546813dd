#!/bin/sh
# root.sh SUITE FOLDER: prints the path of a packed minimal Debian system in FOLDER, and makes it where there is none of
# the mirror's present state. The mirror and the way to it are those of the machine's own apt; without a network the
# newest that is there is taken. Needs root, mmdebstrap, zstd and flock. Exit 7: there is none, and none can be made.
set -eu
recipe=$(sha256sum <"$0")
suite=$1
mkdir -p "$2"
cd "$2"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mirror() {
	apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
		sed -n 's/ main$//p' | head -n 1
}
from=$(mirror)
[ -n "$from" ] || { apt-get update -q >&2 && from=$(mirror); } || from=''

# One run at a time makes one; the others wait for it.
exec 9>"$suite.lock"
flock 9
if [ -n "$from" ] && /usr/lib/apt/apt-helper -o APT::Sandbox::User=root \
	download-file "${from}dists/$suite/InRelease" "$scratch/InRelease" >/dev/null 2>&1; then
	state=$({ echo "$recipe" && cat "$scratch/InRelease"; } | sha256sum | cut -c -16)
	packed=$suite-$state.tar.zst
	if [ ! -e "$packed" ]; then
		# The machine's proxy, and what it thinks of old states, hold for the making alone: neither stays in the root.
		apt-config dump --format '%F "%v";%n' Acquire::http Acquire::https Acquire::Check-Valid-Until |
			grep -v '""' >"$scratch/apt.conf" || :
		mmdebstrap --quiet --mode=root --variant=apt --format=tar --aptopt="$scratch/apt.conf" \
			--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
			--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
			--customize-hook='rm -f "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap' \
			"$suite" "$scratch/root.tar" "$from" >&2
		zstd -q -3 -T2 "$scratch/root.tar" -o "$packed.part"
		rm -f "$suite"-*.tar.zst
		mv "$packed.part" "$packed"
	fi
else
	packed=$(ls -t "$suite"-*.tar.zst 2>/dev/null | head -n 1)
	[ -n "$packed" ] || { echo "no $suite is kept in $PWD, and none can be fetched from ${from:-a Debian mirror}" >&2 && exit 7; }
fi
echo "$PWD/$packed"
