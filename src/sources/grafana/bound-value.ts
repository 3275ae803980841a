/** Values of dashboard variables, and whether they may be trusted. */

/** A value that a variable has. */
export interface BoundValue {
  readonly value: string;
  /** As people see it. */
  readonly text: string;
  /**
   * Who wrote it. `author`: the dashboard's own author, who writes queries anyway. `listed`: a data source listed it.
   * `asked`: whoever asks.
   */
  readonly origin: 'author' | 'listed' | 'asked';
}

/** A variable with the values that it has for one question. */
export interface BoundVariable {
  readonly name: string;
  readonly values: readonly BoundValue[];
  /** Whether several values are written as a list even when there is one. */
  readonly isMulti: boolean;
  readonly includesAll: boolean;
  /** Everything is meant. */
  readonly isAll: boolean;
  /** What is written for everything, as it stands. */
  readonly allValue?: string;
}
