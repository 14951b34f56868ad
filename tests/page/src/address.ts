// Where one is in the page, as the part of the address after `#`: `/slack/C0SECURITY/1700000000.000100?as=U0ANALYST1`.
// So that a reload changes nothing, Back goes back, and two windows can be two people.

import { useEffect, useState } from "react";

export type Tab = "slack" | "wire" | "alerts";

export type Address = {
  tab: Tab;
  /** In the tab: the channel or `home`, then the thread; the alert. */
  path: string[];
  /** Who one is. */
  as: string | undefined;
};

const TABS: Tab[] = ["slack", "wire", "alerts"];

/** Reads the part of an address after `#`. What makes no sense is the workspace. */
export function parse(hash: string): Address {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const [first, ...rest] = path.split("/").filter(Boolean).map(decoded);
  const tab = TABS.find((tab) => tab === first) ?? "slack";
  return { tab, path: tab === first ? rest : [], as: new URLSearchParams(query).get("as") || undefined };
}

export function format(address: Address): string {
  const path = [address.tab, ...address.path].map(encodeURIComponent).join("/");
  return `#/${path}${address.as ? `?as=${encodeURIComponent(address.as)}` : ""}`;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The address, and a way to go elsewhere; what is not named stays. */
export function useAddress(): [Address, (to: Partial<Address>) => void] {
  const [hash, setHash] = useState(window.location.hash);
  useEffect(() => {
    const changed = () => setHash(window.location.hash);
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  const address = parse(hash);
  const go = (to: Partial<Address>) => {
    window.location.hash = format({ ...parse(window.location.hash), ...to });
  };
  return [address, go];
}
