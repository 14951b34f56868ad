// Who one is: any of the workspace's people.

import type { Person } from "../simulator/types";
import { nameOf, roleOf } from "./person";

type Properties = { people: Person[]; me: Person | undefined; become: (person: Person) => void };

export function PersonMenu({ people, me, become }: Properties) {
  return (
    <label className="person-menu">
      <span>You are</span>
      <select
        value={me?.id ?? ""}
        onChange={(event) => {
          const chosen = people.find((person) => person.id === event.target.value);
          if (chosen) become(chosen);
        }}
      >
        {!me && <option value="">Choose</option>}
        {people.map((person) => (
          <option key={person.id} value={person.id}>
            {nameOf(person)}
            {roleOf(person) && ` (${roleOf(person)})`}
          </option>
        ))}
      </select>
    </label>
  );
}
