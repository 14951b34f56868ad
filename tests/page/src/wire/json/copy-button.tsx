// Puts a text on the clipboard and says whether it worked.

import { useEffect, useState } from "react";

/** `text` is only made when asked for. */
export function CopyButton({ what, text }: { what: string; text: () => string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(""), 2000);
    return () => clearTimeout(timer);
  }, [said]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setSaid("Copied");
    } catch {
      setSaid("The browser does not allow it");
    }
  };
  return (
    <>
      <span role="status" className="quiet">
        {said}
      </span>
      <button type="button" className="link-button" aria-label={`Copy: ${what}`} onClick={() => void copy()}>
        Copy
      </button>
    </>
  );
}
