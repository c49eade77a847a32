/**
 * Keeps the first and the last half of a stream that may be endless, in constant memory. What is cut is said by a line
 * in the middle, and no character is torn at the cut.
 */
export class OutputBuffer {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  #head: Buffer[] = [];
  #headBytes = 0;
  #ring: Buffer | undefined;
  /** Bytes that came after the head was full. */
  #tailBytes = 0;

  constructor(maxBytes: number) {
    this.#headLimit = Math.ceil(maxBytes / 2);
    this.#tailLimit = Math.floor(maxBytes / 2);
  }

  get truncated(): boolean {
    return this.#tailBytes > this.#tailLimit;
  }

  push(bytes: Buffer): void {
    const room = this.#headLimit - this.#headBytes;
    if (room > 0) {
      this.#head.push(Buffer.from(bytes.subarray(0, room)));
      this.#headBytes += Math.min(room, bytes.length);
    }
    if (bytes.length > room) this.#pushTail(bytes.subarray(Math.max(room, 0)));
  }

  text(): string {
    const head = Buffer.concat(this.#head);
    const tail = this.#tail();
    if (!this.truncated) return Buffer.concat([head, tail]).toString('utf8');
    const start = head.subarray(0, endOfWholeCharacters(head));
    const end = tail.subarray(startOfWholeCharacters(tail));
    const cut = this.#headBytes + this.#tailBytes - start.length - end.length;
    return `${start.toString('utf8')}\n[${cut} bytes of output were cut here]\n${end.toString('utf8')}`;
  }

  #pushTail(bytes: Buffer): void {
    if (this.#tailLimit > 0) {
      this.#ring ??= Buffer.allocUnsafe(this.#tailLimit);
      const kept = bytes.subarray(Math.max(0, bytes.length - this.#tailLimit));
      const at = (this.#tailBytes + bytes.length - kept.length) % this.#tailLimit;
      const beforeWrap = kept.copy(this.#ring, at);
      kept.copy(this.#ring, 0, beforeWrap);
    }
    this.#tailBytes += bytes.length;
  }

  #tail(): Buffer {
    if (this.#ring === undefined) return Buffer.alloc(0);
    if (this.#tailBytes <= this.#tailLimit) return this.#ring.subarray(0, this.#tailBytes);
    const oldest = this.#tailBytes % this.#tailLimit;
    return Buffer.concat([this.#ring.subarray(oldest), this.#ring.subarray(0, oldest)]);
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Where the last character that is whole ends. A UTF-8 character is at most four bytes. */
function endOfWholeCharacters(bytes: Buffer): number {
  let lead = bytes.length - 1;
  while (lead > bytes.length - 4 && isContinuation(bytes[lead])) lead -= 1;
  const first = bytes[lead];
  if (first === undefined || first < 0xc0) return bytes.length;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return lead + length > bytes.length ? lead : bytes.length;
}

function startOfWholeCharacters(bytes: Buffer): number {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return start;
}
