import type { Dashboard as InTypeScript } from '@grafana/schema';

// As it is in a file: a member of an enumeration is the text or the number that stands for it.
type InJson<T> = T extends string ? `${T}`
  : T extends number ? (`${T}` extends `${infer Value extends number}` ? Value : T)
  : T extends (infer Element)[] ? InJson<Element>[]
  : T extends object ? { [Key in keyof T]: InJson<T[Key]> }
  : T;

export type Dashboard = InJson<InTypeScript>;
