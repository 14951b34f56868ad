// What went wrong, in words, with every wrong field.

import type { Problem } from "./problem";

export function ProblemBox({ problem }: { problem: Problem }) {
  return (
    <div role="alert" className="problem alerts-problem">
      <p>
        <strong>{problem.headline}</strong> {problem.detail}
      </p>
      {problem.fields.length > 0 && (
        <ul aria-label="Wrong fields">
          {problem.fields.map(({ name, rule }) => (
            <li key={`${name} ${rule}`}>
              <code>{name || "the whole body"}</code> {rule}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
