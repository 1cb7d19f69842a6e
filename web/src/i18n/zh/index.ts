import type { Messages } from "../messages";
import { artifacts } from "./artifacts";
import { common } from "./common";
import { pipelines } from "./pipelines";
import { recurring } from "./recurring";
import { runs } from "./runs";
import { store } from "./store";

export const zh: Messages = {
  ...common,
  ...pipelines,
  ...runs,
  ...recurring,
  ...artifacts,
  ...store,
};
