import { folder } from "../channels/folder.ts";
import type { ChannelKind } from "../ports/channel.ts";

/** Every kind of channel that `channels:` knows. A new one is its file and its line here. */
export const channelKinds: readonly ChannelKind[] = [folder];
