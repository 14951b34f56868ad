// What /help says.

import { CloseIcon } from "../page/icons";
import { COMMANDS } from "./commands";

export function CommandHelp({ close }: { close: () => void }) {
  return (
    <section className="command-help" aria-label="Commands">
      <dl>
        {COMMANDS.map(({ name, takes, does }) => (
          <div key={name}>
            <dt>
              /{name} {takes}
            </dt>
            <dd className="quiet">{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="icon-button" aria-label="Close commands" onClick={close}>
        <CloseIcon />
      </button>
    </section>
  );
}
