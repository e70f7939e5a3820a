/** A file that was uploaded and looked at, not yet imported. */
import type { Uploaded } from "@/api/upload";

export interface Chosen {
  fileName: string;
  uploaded: Uploaded;
}
