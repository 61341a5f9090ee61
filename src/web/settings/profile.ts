import type { Context } from '../../context.ts'
import { profileLimits } from '../../domain/accounts/profile-limits.ts'
import { updateOwnProfile } from '../../domain/accounts/update-profile.ts'
import { storeProfilePicture } from '../../domain/media/store-profile-picture.ts'
import type { Actor } from '../../store/actors.ts'
import { markup, type Html } from '../html.ts'
import { avatar } from '../parts/avatar.ts'
import { checkbox, inputField, submitButton, textArea } from '../parts/form-page.ts'
import { panelForm, type Fields, type Member, type SettingsPage } from './page.ts'

const maxPictureBytes = 16 * 1024 * 1024

/** What others see of a member. */
export const profilePage: SettingsPage = {
  path: '/settings/profile',
  title: 'Profile',
  about: 'Your name, your pictures, and what you say of yourself',
  notes: { saved: 'Your profile is saved.', pictures: 'Your pictures are saved.' },
  show: async (ctx, member) => markup`${profileForm(member)}
${picturesForm(ctx, member)}`,
  actions: {
    save: {
      async take(ctx, { actor }, fields) {
        await updateOwnProfile(ctx, actor, readProfile(fields))
        return { note: 'saved' }
      },
    },
    pictures: {
      maxFileBytes: maxPictureBytes,
      async take(ctx, { actor }, fields) {
        await updateOwnProfile(ctx, actor, await readPictures(ctx, actor, fields))
        return { note: 'pictures' }
      },
    },
  },
}

function readProfile(fields: Fields) {
  const numbers = Array.from({ length: profileLimits.fields }, (_, index) => index)
  return {
    displayName: fields.text('display_name').trim(),
    summary: fields.text('note'),
    fields: numbers.map((index) => ({
      name: fields.text(`field_name_${index}`),
      value: fields.text(`field_value_${index}`),
    })),
    locked: fields.has('locked'),
    type: fields.has('bot') ? ('Service' as const) : ('Person' as const),
    discoverable: fields.has('discoverable'),
    indexable: fields.has('indexable'),
  }
}

async function readPictures(ctx: Context, actor: Actor, fields: Fields) {
  const [icon, image] = [fields.file('avatar'), fields.file('header')]
  const iconUrl = icon && (await storeProfilePicture(ctx, actor, 'avatar', icon))
  const imageUrl = image && (await storeProfilePicture(ctx, actor, 'header', image))
  return {
    iconUrl: iconUrl ?? (fields.has('remove_avatar') ? null : undefined),
    imageUrl: imageUrl ?? (fields.has('remove_header') ? null : undefined),
  }
}

function profileForm(member: Member): Html {
  const { actor, typed } = member
  const value = (name: string, kept: string): string => typed?.text(name) ?? kept
  const isOn = (name: string, kept: boolean): boolean => typed?.has(name) ?? kept
  const name = { name: 'display_name', label: 'Name', autocomplete: 'nickname', isRequired: false }
  const about = { name: 'note', label: 'About you', rows: 5, maxLength: profileLimits.summary }
  return panelForm(
    member,
    '/settings/profile/save',
    'What others see',
    markup`${inputField({ ...name, maxLength: profileLimits.displayName, value: value('display_name', actor.displayName) })}
${textArea({ ...about, value: value('note', actor.summary) })}
${fieldRows(actor, value)}
${checkbox({ name: 'locked', label: 'I decide about each new follower', isChecked: isOn('locked', actor.locked) })}
${checkbox({ name: 'discoverable', label: 'Show me where people look for somebody to follow', isChecked: isOn('discoverable', actor.discoverable) })}
${checkbox({ name: 'indexable', label: 'My public posts may be found by their words', isChecked: isOn('indexable', actor.indexable) })}
${checkbox({ name: 'bot', label: 'A program posts here, not a person', isChecked: isOn('bot', actor.type === 'Service') })}
${submitButton('Save')}`,
  )
}

function fieldRows({ fields }: Actor, value: (name: string, kept: string) => string): Html[] {
  return Array.from({ length: profileLimits.fields }, (_, index) => {
    const common = { autocomplete: 'off', isRequired: false }
    const [name, content] = [`field_name_${index}`, `field_value_${index}`]
    return markup`<div class="pair">${inputField({
      ...common,
      ...{ name, label: `Label ${index + 1}`, maxLength: profileLimits.fieldName },
      value: value(name, fields[index]?.name ?? ''),
    })}${inputField({
      ...common,
      ...{ name: content, label: `Content ${index + 1}`, maxLength: profileLimits.fieldValue },
      value: value(content, fields[index]?.value ?? ''),
    })}</div>`
  })
}

function picturesForm(ctx: Context, { actor, token }: Member): Html {
  const types = 'image/jpeg,image/png,image/webp,image/gif,image/avif'
  return markup`<form class="panel form" method="post" action="/settings/profile/pictures" enctype="multipart/form-data">
${token}
<h2>Pictures</h2>
<p>${avatar(ctx, actor, 'large')}</p>
<p class="field"><label for="avatar">Your picture</label>
<input id="avatar" name="avatar" type="file" accept="${types}"></p>
${actor.iconUrl !== null && checkbox({ name: 'remove_avatar', label: 'Remove it' })}
<p class="field"><label for="header">The banner above your profile</label>
<input id="header" name="header" type="file" accept="${types}"></p>
${actor.imageUrl !== null && checkbox({ name: 'remove_header', label: 'Remove it' })}
${submitButton('Save pictures')}
</form>`
}
