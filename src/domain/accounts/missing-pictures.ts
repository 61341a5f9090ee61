/** Where a picture stands for somebody who has none; apps know it by its name and draw their own. */
export const missingAvatarPath = '/avatars/original/missing.png'
/** The same behind their name. */
export const missingHeaderPath = '/headers/original/missing.png'
