/**
 * The words behind the passwords most often found in leaks, French and English. The charter asks for a capital, a
 * digit and a sign, so what is guessed first is one of these with some of them around: the rule strips those.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `
  aaaa aaaaaa abc abcd acces access admin administrateur administrator alexandre algerie amanda ameli amour andrew
  android anthony antoine aout apple aqw aqwzsx argent asdfgh asdfghjkl ashley assurance asterix audi aurelie
  automne autumn avril azeqsd azeqsdwxc azer azert azerty azertyui azertyuiop babygirl baguette bambi barbie
  baseball basket batard batman bebe benjamin biche bichette bienvenue biere bisou bisous bite blabla blablabla
  blanc bleu bobleponge bonheur bonjour bonsoir bordeaux bouygues bretagne burger buster caca cafe calin camembert
  camille caramel caroline cartevitale celine cerise chance changeme changer chanson charlie charlotte chat chaton
  cheri cherie cheval chien chloe chocolat chouchou christophe cinema citroen clement coco coeur college compte
  computer connard connexion cookie corse corsica coucou couille couscous cristal croissant daniel danse dauphin
  decembre default defaut diamant dimanche docteur donald doudou dragon ducati ecole elephant emilie emma encule
  enfant espagne espoir ete etoile etudiant etudiante fac facebook famille family ferrari fevrier florian foobar
  foot football fraise france freedom frere fromage fuck fucker fuckyou garfield george gmail gold google guest
  guillaume guitare handball harley hello hellokitty hiver hockey honda hotmail hunter iloveu iloveyou infirmiere
  instagram internet invite iphone isabelle italie january janvier jaune jennifer jeremy jessica jetaime jeudi
  joie jordan joshua jtaime juillet juin julie julien kawasaki kebab kevin kiki killer lapin laura lea letmein
  liberte liberty licorne lille linkedin lion lkjhgfdsa lmde login lola lolo losc loulou louloute loup love lovely
  loveme loveyou lulu lundi lune lycee lyon mai maitre maman mamie mamour manon mardi marie marine maroc mars
  marseille martine master mathilde matrix maxime mbappe mdp medecin mercedes mercredi merde merlin messi michael
  michel michelle mickey microsoft mimi minette minnie minou mnbvcxz momo monaco monamour monday monkey
  montpellier motdepasse music musique mustang mutuelle myspace nantes naruto nathalie nemo nice nicolas nini
  ninja nique niquetamere noir nono normandie nounours novembre nutella obelix octobre oiseau olympique omforever
  orange ordinateur ours paix panda papa papillon papy paris pass passw passwd password pastis patrick pauline
  pepper peugeot philippe phoenix piano pikachu pipi pirate pizza poisson poiuytrewq poiuytreza pokemon police
  pompier popo porsche portugal poupoune prince princes princess princesse printemps psg putain pute qaz qazwsx
  qazwsxedc qqqq qsdfgh qsdfghjklm quentin qweasd qweasdzxc qwert qwerty qwertyuiop qwertz raclette reine
  remboursement renault rennes rhum roi romain ronaldo root rose rouge rubis rugby saintetienne salope salut
  samedi samsung sandrine sante saphir sarah scoubidou sebastien secret secu securite securitesociale septembre
  shadow silver simba smeno smerep snapchat snoopy soccer soeur soldat soleil sophie souris spiderman spring
  starwars stephane strasbourg summer sunshine superman sushi tajine tata temp temporaire tennis test tester
  testing thomas tigre tigrou tiktok tintin titeuf titi toto toulouse toutou trustno tunisie tutu twitter
  universite user utilisateur vacances valerie vanille vendredi vert victoire vincent violet vitale vodka
  volkswagen voyage welcome whatever whisky windows winter wsx wxcvbn xxxx yahoo yamaha youtube zaqxsw zidane zozo
  zxcvbn zxcvbnm zzzz
`
    .trim()
    .split(/\s+/),
);
