import type { Messages } from "../messages";
import { artifacts } from "./artifacts";
import { common } from "./common";
import { environments } from "./environments";
import { pipelines } from "./pipelines";
import { recurring } from "./recurring";
import { reuse } from "./reuse";
import { rules } from "./rules";
import { runs } from "./runs";
import { store } from "./store";
import { tasks } from "./tasks";

export const zh: Messages = {
  ...common,
  ...pipelines,
  ...runs,
  ...reuse,
  ...recurring,
  ...artifacts,
  ...store,
  ...tasks,
  ...environments,
  ...rules,
};
