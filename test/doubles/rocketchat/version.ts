/** Versions of the simulated server: what changed from one to the next. */

/** A server version, `8.8` or `8.8.1`. */
export interface Version {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/**
 * Parses `8.8` or `8.8.1`.
 *
 * @throws RangeError when it is no version
 */
export function parseVersion(text: string): Version {
  const match = /^(\d+)\.(\d+)(?:\.\d+)?$/.exec(text);
  if (match === null) throw new RangeError(`not a Rocket.Chat version: ${text}`);
  return { text, major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether a version is the named one or later. */
export function isAtLeast({ major, minor }: Version, since: string): boolean {
  const other = parseVersion(since);
  return major > other.major || (major === other.major && minor >= other.minor);
}
