/** What another integration posted in a room: an alert, perhaps. All texts are from outside. */

/** One attachment of such a post; what is absent was not there. */
export interface SightedAttachment {
  readonly title?: string;
  /** Where the title leads. */
  readonly url?: string;
  readonly pretext?: string;
  readonly text?: string;
  readonly fallback?: string;
  readonly footer?: string;
  /** As it was sent: `danger`, `#D63232`. */
  readonly color?: string;
  readonly imageUrl?: string;
  readonly fields: readonly { readonly title: string; readonly value: string }[];
}

/** A post of another integration, as it is at one moment: an edit of it is another sighting. */
export interface Sighting {
  /** The platform's id of the message; (chat, room, id, changedMs) is unique for ever. */
  readonly id: string;
  /** Name of the chat in the config. */
  readonly chat: string;
  /** The platform's id of the room. */
  readonly room: string;
  /** As the config, or the platform, names it. */
  readonly roomName: string;
  /** Root of the thread that it was posted in. */
  readonly threadId?: string;
  /** When it was posted, ms since the Unix epoch, by the platform's clock. */
  readonly sentMs: number;
  /** When it was last edited, else when it was posted. */
  readonly changedMs: number;
  /** The name that it was posted under. */
  readonly by: string;
  readonly text: string;
  readonly attachments: readonly SightedAttachment[];
}
