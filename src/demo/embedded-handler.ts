/** What every server of embedded data is: a function from a request to a reply, without sockets. */

/** A request; a form's fields are merged into `params`, any other body is in `body`. */
export interface EmbeddedRequest {
  readonly method: string;
  /** Without query, from the handler's own root: `/render`. */
  readonly path: string;
  readonly params: URLSearchParams;
  /** Text of a body that is no form, empty where there is none. */
  readonly body?: string;
}

/** An answer to send. */
export interface EmbeddedReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Names in lower case; those that every reply has may be replaced. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers requests; keeps nothing between them but what it has computed. */
export interface EmbeddedHandler {
  handle(request: EmbeddedRequest): EmbeddedReply;
}

/** What a source is, in words for its pages. */
export interface SourceInfo {
  /** `Demo fleet`, `This machine`. */
  readonly title: string;
  /** A sentence that says plainly what kind of data this is. */
  readonly notice: string;
  /** True for made-up data: pages carry a badge. */
  readonly isDemo: boolean;
}
