/** The demonstration page: lends a photo to whoever has none at hand. */
const portrait = document.querySelector('easel-portrait');

document.getElementById('sample').addEventListener('click', async () => {
  const answer = await fetch(new URL('photo.jpg', import.meta.url));
  await portrait.choosePhoto(await answer.blob());
});
