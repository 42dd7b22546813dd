#!/bin/sh
# Installs the Debian packages that the tests run against: as root it installs what is missing, otherwise it names it.
# Programs named as arguments are the only ones looked at.
# Exit 0: all there. Exit 7: something is missing and was not installed.
set -eu

# A program on the PATH, or a library that the loader finds.
is_there() {
	case $1 in
	*.so.*) PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -qF "$1" ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# program:package, one a line; a program that is there is not installed again.
wanted='
libatomic.so.1:libatomic1
git:git
gpg:gnupg
gpg-agent:gpg-agent
gpgv:gpgv
sqv:sqv
dpkg-deb:dpkg
dpkg-shlibdeps:dpkg-dev
lintian:lintian
apt-get:apt
apt-ftparchive:apt-utils
dpkg-scanpackages:dpkg-dev
reprepro:reprepro
aptly:aptly
chromium-headless-shell:chromium-headless-shell
mmdebstrap:mmdebstrap
bwrap:bubblewrap
xz:xz-utils
ssh:openssh-client
flock:util-linux
zstd:zstd
bzip2:bzip2
python3:python3
unshare:util-linux
ruby:ruby
unzip:unzip
bsdtar:libarchive-tools
busybox:busybox-static
readelf:binutils
dh_strip:debhelper
gcc:build-essential
faketime:faketime
zsh:zsh
fish:fish
'

missing=''
for line in $wanted; do
	program=${line%%:*}
	package=${line#*:}
	# With arguments, only these programs.
	[ $# -eq 0 ] || case " $* " in *" $program "*) ;; *) continue ;; esac
	is_there "$program" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
	echo "not installed:$missing" >&2
	echo "install with: sudo apt-get install$missing" >&2
	exit 7
fi

echo "installing Debian packages:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# Word splitting is wanted: $missing is a list of package names.
# shellcheck disable=SC2086
apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 ||
	{ apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends $missing >/dev/null; }
