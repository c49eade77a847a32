/** The same for a comment that was delivered, and for one that was found without its delivery. */
export function commentKey(id: number): string {
  return `comment/${id}`;
}
