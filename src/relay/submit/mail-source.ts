/** The octets of one mail on their way into nodemailer's data stream. */
import { Readable, type Transform } from 'node:stream';
import { isBase64Lines } from '#mail/compose/base64';

/** How far a mail has got. */
export interface Progress {
  /** Everything is with the server or on its way, and the closing dot follows by itself. */
  handedOver: boolean;
  /** What went wrong where the octets come from. */
  sourceError: unknown;
}

interface Corkable {
  cork(): void;
  uncork(): void;
}

const LF = 10;
/** nodemailer's data stream, which keeps the last octet it has seen. */
type DataStream = Transform & { readonly lastByte?: unknown };

/**
 * What nodemailer takes for the stream of a message. It is never read: nodemailer gives its data stream to `pipe` once the server has
 * asked for the data, and from there each piece goes on as soon as there is room, without a queue in between.
 */
export class MailSource extends Readable {
  readonly progress: Progress = { handedOver: false, sourceError: undefined };
  readonly #octets: AsyncIterable<Buffer>;
  readonly #socket: Corkable;
  readonly #onData: () => Promise<void>;

  /** `onData` runs before the first octet goes out; a small mail leaves `socket` in one piece with its closing dot. */
  constructor(octets: AsyncIterable<Buffer>, socket: Corkable, onData: () => Promise<void>) {
    super();
    this.#octets = octets;
    this.#socket = socket;
    this.#onData = onData;
  }

  override pipe<T extends NodeJS.WritableStream>(stream: T): T {
    void this.#flowInto(stream as unknown as DataStream);
    return stream;
  }

  async #flowInto(stream: DataStream): Promise<void> {
    passLinesThrough(stream);
    try {
      await this.#onData();
      this.#socket.cork();
      setImmediate(() => this.#socket.uncork());
      for await (const piece of this.#octets) {
        if (this.destroyed) return;
        if (!stream.write(piece)) await this.#room(stream);
      }
      if (this.destroyed) return;
      this.progress.handedOver = true;
      stream.end();
    } catch (error) {
      this.progress.sourceError = error;
      // nodemailer writes its own code into the error it gets, so it gets another one.
      this.destroy(new Error('the source of the mail failed'));
    }
  }

  /** Waits until the stream takes more, or the connection has ended, which destroys this source. */
  #room(stream: DataStream): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        stream.off('drain', go);
        this.off('close', go);
        resolve();
      };
      stream.once('drain', go);
      this.once('close', go);
      if (this.destroyed) go();
    });
  }
}

/**
 * nodemailer looks at every octet for dots at line starts and for line breaks to repair (RFC 5321 §4.5.2). Lines of base64 that begin on a
 * line of their own have neither, and are nearly all of a large mail; everything else is looked at.
 */
function passLinesThrough(stream: DataStream): void {
  const scan = stream._transform.bind(stream);
  stream._transform = (chunk: Buffer, encoding, done) => {
    if (stream.lastByte === LF && isBase64Lines(chunk)) done(null, chunk);
    else scan(chunk, encoding, done);
  };
}
