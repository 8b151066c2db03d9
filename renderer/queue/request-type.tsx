import {
  IconBinaryTree,
  IconCoin,
  IconEyeCheck,
  IconKey,
  IconMoonStars,
  IconSend,
  IconShieldUp,
  IconTool,
} from '@tabler/icons-react';
import type { RequestType } from '../../shared/contract/approval';
import { strings } from '../strings';

const icons = {
  capability_request: IconKey,
  external_post: IconSend,
  quota_override: IconCoin,
  lifecycle_review: IconEyeCheck,
  elevated_capability: IconShieldUp,
  depth_override: IconBinaryTree,
  retirement_action: IconMoonStars,
  tool_call: IconTool,
} as const satisfies Record<RequestType, unknown>;

/** The kind of a request: its icon, and its name unless the place is too narrow for it. */
export function RequestTypeMark({ type, isShort = false }: { readonly type: RequestType; readonly isShort?: boolean }) {
  const Icon = icons[type];
  return (
    <>
      <Icon size={15} stroke={1.75} aria-hidden />
      {!isShort && <span>{strings.type[type]}</span>}
    </>
  );
}
