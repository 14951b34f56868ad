/** Stands where a block would be. */
export function NotShown({ kind }: { kind: string }) {
  return <p className="not-shown">Block of kind {kind} cannot be shown</p>;
}
