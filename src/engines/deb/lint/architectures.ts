/** dpkg's names of the machines that Debian releases for, and of its ports (`dpkg-architecture --list-known`). */
export const architectureNames: ReadonlySet<string> = new Set(
  (
    "all amd64 arm64 armel armhf i386 mips64el mipsel ppc64el riscv64 s390x loong64 alpha hppa hurd-i386 hurd-amd64 ia64 m68k " +
    "powerpc ppc64 sh4 sparc64 x32 any"
  ).split(" "),
);
