/** As much of graphite-client 1.0.1 as is used; it brings no types. */
declare module 'graphite-client' {
  import type { Socket } from 'node:net';

  /** A connection to carbon's plaintext port. */
  class Graphite {
    readonly socket: Socket;
    constructor(host: string, port: number, encoding?: string);
    on(event: 'error', listener: (error: Error) => void): void;
    connect(onConnect?: () => void): void;
    /** `timestamp` in ms. */
    write(metrics: Readonly<Record<string, number>>, timestamp: number): void;
    end(): void;
  }
  export = Graphite;
}
