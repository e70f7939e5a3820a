/** Whether the page is read on something as narrow as a phone. */
import { Grid } from "antd";

export function useIsPhone(): boolean {
  const screens = Grid.useBreakpoint();
  return screens.md === false;
}
