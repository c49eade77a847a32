export interface FetchProgress {
  /** In git's words: `Receiving objects`. */
  readonly phase: string;
  /** 0 to 100. */
  readonly percent: number;
}

/** Turns pieces of git's stderr into progress. Lines are ended by a carriage return, and pieces may cut them anywhere. */
export function readProgress(onProgress: (progress: FetchProgress) => void): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const lines = (rest + piece).split(/[\r\n]/);
    rest = (lines.pop() ?? '').slice(-1_000);
    for (const line of lines) {
      const match = /^(?:remote: )?([A-Z][A-Za-z ]{2,40}):\s+(\d{1,3})% \(/.exec(line);
      if (match !== null) onProgress({ phase: match[1] ?? '', percent: Number(match[2]) });
    }
  };
}
