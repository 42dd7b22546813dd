/**
 * Shared libraries whose Debian package is known, and since which version of it each symbol version is there. Versions
 * are those of the upstream release that brought them (glibc and GCC: their symbol version names and the "ABI Policy and
 * Guidelines" of libstdc++), not those of one suite: what dpkg-shlibdeps says depends on the suite that it runs on.
 * Invariant: a symbol version that is not known here has no answer; nothing is guessed.
 */
export interface Library {
  /** Packages that hold it, the newest name first; later ones are its names in older suites. */
  readonly packages: readonly string[];
  readonly sonames: readonly string[];
  readonly epoch?: string;
  /** Present where only programs of this word size can rely on the packages being the same. */
  readonly bits?: 64;
  /** First upstream version with this symbol version; undefined where unknown. */
  readonly since: (symbolVersion: string) => string | undefined;
}

/** Versions that mark a property of the loader and have no number in their name. */
const glibcMarkers: ReadonlyMap<string, string> = new Map([
  ["GLIBC_ABI_DT_RELR", "2.36"],
  ["GLIBC_ABI_DT_X86_64_PLT", "2.42"],
  ["GLIBC_ABI_GNU_TLS", "2.42"],
  ["GLIBC_ABI_GNU2_TLS", "2.42"],
]);

/** First glibc with a symbol version; undefined for one that is not glibc's, is private, or is newer than this table. */
export function glibcSince(symbolVersion: string): string | undefined {
  return numbered(symbolVersion, "GLIBC_") ?? glibcMarkers.get(symbolVersion);
}

const glibc: Library = {
  packages: ["libc6"],
  sonames: (
    "ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 ld-linux-armhf.so.3 ld-linux.so.2 ld-linux.so.3 " +
    "ld-linux-riscv64-lp64d.so.1 ld64.so.1 ld64.so.2 libc.so.6 libm.so.6 libmvec.so.1 " +
    "libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libresolv.so.2 libanl.so.1 libnsl.so.1 " +
    "libthread_db.so.1 libBrokenLocale.so.1 libnss_compat.so.2 libnss_dns.so.2 libnss_files.so.2 " +
    "libnss_hesiod.so.2"
  ).split(" "),
  since: glibcSince,
};

/**
 * GLIBCXX_3.4.<index> came with this GCC. A first release is written without its .1, since suites were released with
 * packages of its snapshots (14-20240412), which have the symbols and sort below 14.1.
 */
const glibcxx: readonly string[] = (
  "3.4.0 3.4.1 3.4.2 3.4.3 4.0.0 4.0.1 4.0.2 4.0.3 4.1.1 4.2.0 4.3.0 4.4.0 4.4.1 4.4.2 4.5.0 4.6.0 " +
  "4.6.1 4.7.0 4.8.0 4.8.3 4.9.0 5 6 7 7.2 8 9 9.2 9.3 11 12 13 13.2 14 15 16"
).split(" ");
/** CXXABI_1.3.<index> came with this GCC. */
const cxxabi: readonly string[] = "3.4.0 4.0.0 4.3.0 4.4.0 4.5.0 4.6.0 4.7.0 4.8.0 4.9.0 5 6 7 9 11 13 14 15 16".split(
  " ",
);

const libstdcxx: Library = {
  packages: ["libstdc++6"],
  sonames: ["libstdc++.so.6"],
  since(symbolVersion) {
    if (symbolVersion === "CXXABI_FLOAT128") return "5";
    if (symbolVersion === "CXXABI_TM_1") return "4.7.0";
    const match = /^(?:GLIBCXX_(?:LDBL_|IEEE128_)?3\.4|CXXABI_(?:LDBL_|IEEE128_|ARM_)?1\.3)(?:\.(\d{1,3}))?$/.exec(
      symbolVersion,
    );
    if (match === null) return undefined;
    return (symbolVersion.startsWith("GLIBCXX") ? glibcxx : cxxabi)[Number(match[1] ?? 0)];
  },
};

const libatomicVersions: ReadonlyMap<string, string> = new Map([
  ["LIBATOMIC_1.0", "4.8"],
  ["LIBATOMIC_1.1", "4.9"],
  ["LIBATOMIC_1.2", "6"],
]);

export const libraries: readonly Library[] = [
  glibc,
  libstdcxx,
  {
    packages: ["libgcc-s1"],
    sonames: ["libgcc_s.so.1"],
    // On i386 it also carries GLIBC_2.0, for the unwinder that once lived in glibc.
    since: (version) => (version === "GLIBC_2.0" ? "3.0" : gccRelease(numbered(version, "GCC_"))),
  },
  { packages: ["libatomic1"], sonames: ["libatomic.so.1"], since: (version) => libatomicVersions.get(version) },
  { packages: ["zlib1g"], sonames: ["libz.so.1"], epoch: "1:", since: (version) => numbered(version, "ZLIB_") },
  { packages: ["liblzma5"], sonames: ["liblzma.so.5"], since: (version) => numbered(version, "XZ_") },
  { packages: ["libbz2-1.0"], sonames: ["libbz2.so.1.0"], since: () => undefined },
  {
    // Part of glibc until 2.30; libxcrypt keeps glibc's symbol versions beside its own.
    packages: ["libcrypt1"],
    sonames: ["libcrypt.so.1"],
    epoch: "1:",
    since(version) {
      const own = numbered(version, "XCRYPT_");
      return own === undefined ? numbered(version, "GLIBC_") && "4.1.0" : own === "2.0" ? "4.1.0" : own;
    },
  },
  {
    // Renamed when Debian went to 64-bit time_t; on 64-bit machines nothing but the name changed.
    packages: ["libssl3t64", "libssl3"],
    sonames: ["libssl.so.3", "libcrypto.so.3"],
    bits: 64,
    since: (version) => numbered(version, "OPENSSL_"),
  },
];

/** The number after a prefix: `GLIBC_2.34` → `2.34`. */
function numbered(symbolVersion: string, prefix: string): string | undefined {
  const number = symbolVersion.startsWith(prefix) ? symbolVersion.slice(prefix.length) : "";
  return /^\d{1,4}(?:\.\d{1,4}){1,3}$/.test(number) ? number : undefined;
}

/** GCC writes 4.2.0 and 14.0.0 for its releases 4.2 and 14, whose snapshots Debian packages before the .0 is there. */
function gccRelease(number: string | undefined): string | undefined {
  if (number === undefined) return undefined;
  const short = number.replace(/(?:\.0)+$/, "");
  return short.includes(".") || Number(short) >= 5 ? short : `${short}.0`;
}
