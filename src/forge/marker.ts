/** What finds a text of ours again. It starts the text: a marker further down may be quoted by whoever wrote that. */
export function markerOf(key: string): string {
  return `<!-- signalbox:${encodeURIComponent(key)} -->`;
}
