// One bad block is not shown; all else is. A block that changed is tried again.

import { Component, type ReactNode } from "react";
import { NotShown } from "./not-shown";

type Properties = { kind: string; of: unknown; children: ReactNode };
type State = { failed: boolean; of: unknown };

export class Boundary extends Component<Properties, State> {
  override state: State = { failed: false, of: this.props.of };

  static getDerivedStateFromError(): Partial<State> {
    return { failed: true };
  }

  static getDerivedStateFromProps({ of }: Properties, state: State): Partial<State> | null {
    return of === state.of ? null : { failed: false, of };
  }

  override render(): ReactNode {
    return this.state.failed ? <NotShown kind={this.props.kind} /> : this.props.children;
  }
}
