/** The extension point for channels: one object literal in one file, and its line in src/operations/channels.ts. */
import type { GenericSchema } from "valibot";
import type { Sha256 } from "../domain/digest.ts";
import type { Finding } from "../domain/finding.ts";
import type { Mutation, Observation } from "../domain/mutation.ts";
import type { Bytes } from "./files.ts";
import type { Ports } from "./index.ts";

/** A kind of channel, as the configuration names it. */
export interface ChannelKind<Section = never> {
  /** The word that `channel:` takes in the configuration. */
  readonly channel: string;
  readonly entries: Readonly<Record<string, GenericSchema>>;
  /** The channel of one entry of the configuration. */
  open(id: string, section: Section): Channel;
}

export interface Channel {
  readonly id: string;
  /** True where it can hold every byte of a release before anybody sees it: the store. */
  readonly stores: boolean;
  /** Folder that holds a folder per tag, where that is what the channel is: people are told to look there. */
  readonly place?: string;
  /** Whether it can be written, without writing: credential, scope, space. */
  preflight(context: ChannelContext): Promise<readonly Finding[]>;
  /** Every change that the release makes here, in order. Pure. */
  prepare(release: PlannedRelease): readonly Mutation[];
  /**
   * Takes away what runs left of this release that nobody will go on with. Called before a build and when all is
   * published. What may be somebody else's stays.
   */
  tidy(release: ReleaseName, context: ChannelContext): Promise<void>;
  /** What is there now. */
  observe(mutation: Mutation, context: ChannelContext): Promise<Observation>;
  /** Tries the change once. Its failure or success proves nothing: the transaction observes afterwards. */
  apply(mutation: Mutation, context: ChannelContext): Promise<void>;
  /**
   * Whether a pointer's value stands for something newer that this move must not take back: a `latest` that another
   * release has moved on meanwhile. Without it such a value is a conflict.
   */
  concedes?(mutation: Mutation, value: string): boolean;
  /** Takes the change back, as far as its `reversal` says. */
  undo(mutation: Mutation, context: ChannelContext): Promise<void>;
  /** A file of the release as it lies in the channel, null where it is not. */
  read(release: ReleaseName, file: string, context: ChannelContext): Promise<Bytes | null>;
}

/** What a release is found by. */
export interface ReleaseName {
  readonly project: string;
  readonly version: string;
  readonly tag: string;
}

/** What a channel may know of the release when it plans: names, no digests. */
export interface PlannedRelease extends ReleaseName {
  readonly prerelease: boolean;
  /** A hotfix of an older line moves no pointer that users of newer lines follow. */
  readonly backport: boolean;
  /** Every file that users get, detached signatures included, `manifest.json` last. */
  readonly files: readonly PlannedFile[];
}

export interface PlannedFile {
  readonly file: string;
  /** For a detached signature: the file it is over. */
  readonly signs?: string;
  /** Whether users run the file as it is. */
  readonly executable: boolean;
}

export interface ChannelContext {
  readonly ports: Ports;
  /** Digest of the release's manifest, which tells it from any other of the same tag; null until it is frozen. */
  readonly manifest: Sha256 | null;
  /** A file of the release, read and compared with its bound digest on the way: it fails at its end when they differ. */
  content(file: string): Bytes;
  /** Whether the detached signature that lies in the channel for this mutation verifies, under the release's key, over `signs`. */
  verifies(mutation: Mutation, signs: string): Promise<boolean>;
}
