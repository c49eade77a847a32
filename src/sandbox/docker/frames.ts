const headerBytes = 8;
const streams: Readonly<Record<number, 'stdout' | 'stderr'>> = { 1: 'stdout', 2: 'stderr' };

/**
 * Splits the engine's stream of an exec without a terminal into stdout and stderr: frames of one byte for the stream,
 * three of zero, four of length (big endian), then the bytes.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export function createFrameReader(onFrame: (stream: 'stdout' | 'stderr', bytes: Buffer) => void): (chunk: Buffer) => void {
  let header = Buffer.alloc(0);
  let stream: 'stdout' | 'stderr' = 'stdout';
  let missing = 0;

  return function read(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (missing > 0) {
        const bytes = rest.subarray(0, missing);
        missing -= bytes.length;
        rest = rest.subarray(bytes.length);
        onFrame(stream, bytes);
        continue;
      }
      const taken = headerBytes - header.length;
      header = Buffer.concat([header, rest.subarray(0, taken)]);
      rest = rest.subarray(taken);
      if (header.length < headerBytes) return;
      stream = streams[header[0] ?? 0] ?? 'stdout';
      missing = header.readUInt32BE(4);
      header = Buffer.alloc(0);
    }
  };
}
