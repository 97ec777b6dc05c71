"""The table behind `concepts.py`: words and phrases that mean about the same, and their genres.

One entry a line; an indented line continues the one before. Words and phrases stand before the
colon, the genres of such books after it, the nearest first. "~" marks a wider genre: most of its
books are about something else. "*" marks a mood, which books of every kind can have. Genres are
spelt as on Goodreads; those that a catalogue lacks do no harm.
"""

ENTRIES = """
funny, humorous, humour, humor, hilarious, comic novel, comedy, witty, laugh, absurd: Humor, Comedy,
  Satire
satire, satirical, parody, spoof: Satire, Humor, Comedy
scary, frightening, creepy, spooky, terrifying, chilling, horror, unsettling, eerie, disturbing,
  macabre: Horror, ~Gothic
gothic: Gothic, Southern Gothic
haunted, haunting, haunt, ghost, ghostly, poltergeist: Ghosts, ~Horror, ~Gothic,
  ~Supernatural
cosy, cozy: Cozy Mystery, Cozy, ~Mystery, ~Murder Mystery, ~Detective
rebellion, rebel, revolt, uprising, overthrow, revolution, turning against, turns against, turned
  against:
mystery, whodunit, whodunnit: Mystery, Detective, Murder Mystery, Mystery Thriller, Crime
murder, murderer, killing: Murder Mystery, Mystery, Crime, ~Detective, ~Thriller
detective, sleuth, inspector: Detective, Detective and mystery stories, Mystery, Crime
crime, criminal, gangster, mafia, mob: Crime, True Crime
heist, thief, thieves, robbery, steal, swindle, con man, con artist, burglar: ~Crime
serial killer, psychopath: ~Thriller, ~Crime, ~True Crime, ~Horror
thriller, suspense, suspenseful: Thriller, Suspense, Mystery Thriller, Psychological Thriller
courtroom, lawyer, legal: Legal Thriller, Law
spy, spies, espionage, secret agent, double agent: Spy Thriller, Espionage
cold war, soviet, kgb, iron curtain: ~Espionage, ~Spy Thriller
vampire, dracula, undead: Vampires
werewolf, werewolves, shapeshifter: Werewolves, Shapeshifters
zombie: Zombies
witch, witchcraft: Witches
magic, magical, wizard, sorcerer, sorcery, spell, enchantment: Magic, ~Urban Fantasy, ~High
  Fantasy, ~Fantasy
fantasy: Fantasy
epic fantasy, high fantasy: Epic Fantasy, High Fantasy, Epic
dragon: Dragons
fairy, fairies, fae, faerie: Fae, Fairies, Fairy Tales
fairy tale, fairytale: Fairy Tales, Fairy Tale Retellings, Retellings
mermaid: Mermaids
angel: Angels
demon, devil: Demons
superhero: Superheroes, Comic Book, Marvel, Dc Comics
mythology, myth, mythical, legend, gods: Mythology, Greek Mythology, Folklore
greek mythology, greek myth, greek gods, trojan war, troy, olympus, odysseus: Greek Mythology,
  Mythology
king arthur, arthurian, camelot: Arthurian
retold, retelling, reimagined: Retellings, Fairy Tale Retellings
romance, romantic, love story, lovers: Romance, Contemporary Romance, Historical Romance, Love
  Story, Chick Lit
love, passion: Romance, Love Story, Paranormal Romance, Love
enemies to lovers, hate to love, rival, nemesis, sworn enemies, hates: Enemies To Lovers
friends to lovers, best friend: Friends To Lovers
marriage, wedding: Marriage, ~Relationships
gay, queer, lgbt, lesbian: LGBT, Queer, Gay, Lesbian
first contact, alien, extraterrestrial: Aliens
science fiction, sci fi, scifi: Science Fiction, Speculative Fiction
space, spaceship, starship, galaxy, interstellar, space opera: Space Opera, Space
mars, planet: Planets, ~Space
robot, android, cyborg: Robots, Artificial Intelligence
artificial intelligence, ai, sentient machine: Artificial Intelligence, Robots, Singularity
virtual reality, hacker, cyberspace: Cyberpunk, Virtual Reality, Hackers
cyberpunk: Cyberpunk
steampunk: Steampunk
time travel, time machine, time loop, time traveller, time traveler: Time Travel, Time Travel
  Romance
alternate history, alternative history: Alternate History
dystopia, dystopian, totalitarian, oppressive: Dystopia
utopia, utopian: Utopia
pandemic, plague, epidemic, virus, contagion: ~Post Apocalyptic, ~Apocalyptic
apocalypse, apocalyptic, end of the world, post apocalyptic, wipes out humanity, collapse of
  civilization: Post Apocalyptic, Apocalyptic
climate change, global warming: Climate Change, Climate Change Fiction, ~Environment
surviving, survival, survive, survivor, stranded: Survival, ~Adventure
wilderness, nature, outdoors, forest: Nature, Outdoors, ~Environment
mountain, climbing, climb, mountaineering, everest, summit: ~Travel, ~Adventure, ~Nature
pole, polar, arctic, antarctic, antarctica: ~Travel, ~Adventure, ~History
explorer, exploration, exploring, expedition: ~Travel, ~Adventure, ~History
travel, journey, voyage, road trip: Travel, Travelogue, ~Adventure
adventure: Adventure, Adventure stories
treasure, pirate: Pirates, ~Adventure
ship, sailing, sail, sailor, navy, naval, sea, captain, aboard: ~Adventure, ~Pirates,
  ~Military Fiction
napoleonic wars, napoleonic, napoleon, trafalgar: ~Military Fiction, ~War, ~Historical Fiction
war, wartime, soldier, battle, combat: War, Military Fiction, Military History
world war ii, second world war, nazi, ww2, wwii: World War II, Holocaust
world war i, first world war, great war, trenches, ww1: World War I, War
holocaust, concentration camp: Holocaust, ~World War II
history: History, World History, American History
ancient, antiquity: Ancient History, Ancient
roman, rome, roman empire, roman emperor, caesar, julius caesar: Roman, ~Ancient History, ~Ancient
greek, greece, ancient greece, athens: Greece, ~Ancient History, ~Mythology
egypt, egyptian, pharaoh: Egypt
medieval, middle ages, knight: Medieval, Medieval Romance
viking, norse: ~Mythology, ~Medieval
tudor, henry viii: Tudor Period, ~Historical Fiction
regency: Regency, Historical Romance
victorian, nineteenth century: Victorian
historical: Historical Fiction, Historical
western, cowboy, wild west: Westerns, Western Romance, Weird West
american south, deep south, southern, alabama, mississippi, georgia, louisiana, tennessee,
  kentucky, carolina, new orleans: Southern, Southern Gothic, ~Americana
slavery, slave, racism, racist: Race, ~African American, ~Social Justice
feminist, feminism, women, woman: Feminism, Womens, Womens Fiction
english, england, britain, british: British Literature, England, Great Britain
village, villager, countryside, country house, hamlet, rural, vicar:
london:
scottish, scotland: Scotland
irish, ireland: Irish Literature, Ireland
french, france, paris: French Literature, France
german, germany, berlin: German Literature, Germany
russian, russia: Russian Literature, Russia
italian, italy: Italian Literature, Italy
spanish, spain: Spanish Literature, Spain
latin american, south american, mexican: Latin American Literature, Latin American
scandinavian, swedish, norwegian, danish, nordic: Scandinavian Literature, Swedish Literature
japanese, japan, tokyo: Japanese Literature, Japan
chinese, china: Chinese Literature, China
indian, india: Indian Literature, India
african, africa: African Literature, Africa
nigerian, nigeria: Nigeria, ~African Literature
american, america: American
jewish: Jewish, Judaism
muslim, islam: Islam
catholic, christian, faith, religion, religious: Religion, Christianity, Christian, Faith
buddhism, buddhist, zen, meditation, mindfulness: Buddhism, Spirituality
philosophy, philosophical, philosopher, existential: Philosophy, Existentialism
meaning of life, purpose of life: Philosophy, Existentialism
psychology, psychological, mind: Psychology
memoir, autobiography: Memoir, Autobiography, Biography
biography, life of: Biography, Biographies, Memoir
true story, true stories: True Story, Memoir, Biography, Nonfiction, ~History
true crime: True Crime
poverty, poor, hunger, slum, homeless:
growing up, childhood, coming of age, adolescence: Coming Of Age
grief, grieving, mourning, mourn, bereavement, loss, death: Grief, Death
loneliness, lonely, solitude, solitary, isolation, isolated, alone, outsider:
*sad, melancholy, melancholic, heartbreaking, tragic, sorrow, bittersweet, bleak:
*slow, quiet, contemplative, meditative, lyrical:
*fast paced, gripping, page turner, exciting, action packed:
*uplifting, heartwarming, feel good, hopeful, joyful, charming, gentle, cheerful:
*dark, gritty, violent, brutal:
*beautiful, beautifully, poetic:
*strong, brave, fierce, powerful:
friendship, friend: Friendship
family, sibling, sister, brother: Family, Families
mother, father, parent, parenting, motherhood: Parenting, Family
mental illness, depression, anxiety, madness: Mental Health, Mental Illness
habit, routine, willpower, procrastination: ~Self Help, ~Productivity, ~Personal Development,
  ~Psychology
productivity, time management, focus: Productivity, Self Help, Business
self help, self improvement, motivation, happiness: Self Help, Personal Development
business, entrepreneur, startup: Business, Entrepreneurship, Management
leadership, management: Leadership, Management
investing, investment, investor, invest, personal finance, money, stock market: Personal Finance,
  Finance, Money
economics, economy, economist: Economics
politics, political, president: Politics, Political Science
cook, cooking, recipe, cookbook, cookery, baking, cuisine: Cookbooks, Cooking, Food, Culinary,
  Food and Drink
food, eating, chef, restaurant: Food, Foodie, Food Writing, Food and Drink, Cooking
gardening, garden: Gardening
health, diet, nutrition, fitness: Health, Nutrition, Health & Fitness
medicine, medical, doctor: Medicine, Medical
mathematics, math, mathematical, mathematician, numbers: Mathematics
physics, physicist, quantum: Physics
astronomy, universe, cosmos: Astronomy, Space, Physics
biology, evolution, genetics: Biology, Evolution, Genetics
brain, neuroscience: Neuroscience, ~Psychology
scientist, science, scientific, inventor, chemist: Science, Popular Science, ~Physics,
  ~Mathematics, ~Biology
computer, programming, software: Computer Science, Programming, Computers, Technology
technology: Technology
music, musician, band: Music
art, artist, painter, painting: Art
film, cinema, hollywood: Film, Performing Arts
sport, football, baseball: Sports
writing, writer, author: Writing
books about books, bookshop, library, librarian: Books About Books
language, linguistics: Linguistics, Language
picture book: Picture Books
bedtime, goodnight, read aloud, sleepy: ~Picture Books
for children, for kids, children s, kids book, young readers: Childrens, Middle Grade,
  ~Picture Books, ~Juvenile
child, children, kid, son, daughter, baby, toddler:
teen, teenager, teenage, young adult: Young Adult, Teen
school, schoolboy, schoolgirl, boarding school, academy, pupil, apprentice: School, Boarding
  School
college, university, campus: College, ~Dark Academia
animal: Animals, Animal Fiction, Pets
dog, puppy, hound: Dogs, ~Animals
cat, kitten: Cats, ~Animals
horse, pony: Horses, ~Animals
bird: Birds, ~Animals
short stories, short story, story collection, collection of stories: Short Stories, Anthologies,
  Collections
poetry, poem, poet: Poetry
play, theatre, drama: Plays, Theatre, Drama
graphic novel, comic book, comics: Graphic Novels, Comics
manga: Manga
essay: Essays
letters, epistolary, diary: Epistolary
strange, weird, surreal, bizarre, uncanny: Weird Fiction, Surreal, ~Magical Realism, ~Horror
magical realism: Magical Realism
classic: Classics
christmas: Christmas
"""
