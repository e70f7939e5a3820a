/** What the fields of every kind of condition are given. */
import type { Fact } from "@/features/people/audiences/rules/tree";

export interface FieldsProps<F extends Fact> {
  fact: F;
  onChange: (fact: F) => void;
}
